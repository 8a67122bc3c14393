// How good the network is: before a call by requests to our server, in a call by what both ends of
// the audio count.

import { get } from "./api";

const ROUNDS = 5;
const LOOK_EVERY_MS = 5000;
// Beyond these, speech becomes hard to follow (ITU-T G.114 for the delay, which is half of this).
const SLOW_MS = 300;
const LOSSY = 0.05;

export interface Counts {
  received: number;
  lost: number;
}

// Milliseconds there and back: the middle one of a few. Throws what `get` throws.
export async function roundTripMs(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await get("/api/health");
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)];
}

export function isSlow(ms: number): boolean {
  return ms > SLOW_MS;
}

// Tells, as long as the connection lasts, whether it is weak.
export function watchQuality(connection: RTCPeerConnection, tell: (isWeak: boolean) => void): void {
  let before: Counts = { received: 0, lost: 0 };
  const timer = setInterval(async () => {
    if (connection.connectionState === "closed") return clearInterval(timer);
    const { isWeak, now } = weighed(await connection.getStats(), before);
    before = now;
    tell(isWeak);
  }, LOOK_EVERY_MS);
}

// `now` is what was counted of the other's audio; ours is told by the other end.
function weighed(stats: RTCStatsReport, before: Counts): { isWeak: boolean; now: Counts } {
  const now: Counts = { received: 0, lost: 0 };
  let isWeak = false;
  stats.forEach((one: any) => {
    if (one.type === "inbound-rtp") {
      now.received += one.packetsReceived ?? 0;
      now.lost += one.packetsLost ?? 0;
    }
    if (one.type === "remote-inbound-rtp") {
      isWeak ||= (one.fractionLost ?? 0) > LOSSY || isSlow((one.roundTripTime ?? 0) * 1000);
    }
  });
  const lost = now.lost - before.lost;
  const expected = lost + now.received - before.received;
  return { isWeak: isWeak || (expected > 0 && lost / expected > LOSSY), now };
}
