// Requests to our own server. Every refusal is an ApiError; a lost network is an AwayError.

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly id: string,
    message: string,
    readonly details: Record<string, unknown>,
  ) {
    super(message);
  }
}

export class AwayError extends Error {}

const PATIENCE_MS = 15_000;

export async function get<T>(path: string): Promise<T> {
  return ask<T>(path, { method: "GET" });
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return ask<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Callbank": "1" },
    body: JSON.stringify(body),
  });
}

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  let response: Response;
  let body: any;
  try {
    response = await fetch(path, {
      ...request,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    body = await response.json();
  } catch (error) {
    throw new AwayError(String(error));
  }
  if (!response.ok) {
    throw new ApiError(
      response.status, body?.error_id ?? "", body?.message ?? "", body?.details ?? {},
    );
  }
  return body as T;
}
