// A WebSocket of ours that tells what there is now, whole in each message. It connects again by
// itself, and leaves off when the server says that this page is to: another tab has taken its place,
// or a link holds no more.

const SILENCE_MS = 25_000; // the server says something every 15 seconds
const PAUSES_MS = [300, 1000, 2000, 5000];
const LEAVE_OFF = [4000, 4001];

export class LiveSocket<Message> {
  private socket: WebSocket | null = null;
  private failures = 0;
  private watchdog: number | undefined;
  private timer: number | undefined;
  private isStopped = false;

  constructor(
    private readonly path: string,
    private readonly onMessage: (message: Message) => void,
    private readonly onLink: (isUp: boolean) => void,
    private readonly onLeaveOff: () => void,
  ) {
    addEventListener("online", () => this.again(0));
    addEventListener("offline", () => this.onLink(false));
  }

  connect(): void {
    const address = socketAddress(this.path);
    const socket = new WebSocket(address);
    this.socket = socket;
    this.listen();
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data as string);
      if (message.type === "elsewhere") this.leave();
      if (this.socket !== socket) return;
      this.failures = 0;
      this.listen();
      this.onLink(true);
      this.onMessage(message as Message);
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      if (LEAVE_OFF.includes(event.code)) this.leave();
      else this.again(PAUSES_MS[Math.min(this.failures++, PAUSES_MS.length - 1)]);
    };
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.socket?.close();
    this.socket = null;
  }

  private leave(): void {
    if (this.isStopped) return;
    this.stop();
    this.onLeaveOff();
  }

  private listen(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.again(0), SILENCE_MS);
  }

  private again(pauseMs: number): void {
    if (this.isStopped) return;
    this.onLink(false);
    const before = this.socket;
    this.socket = null;
    before?.close();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), pauseMs);
  }
}

export function socketAddress(path: string): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
