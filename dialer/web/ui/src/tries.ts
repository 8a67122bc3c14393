// Tries at something that may fail: a few, and a pause after each that grows, so that they are not
// used up in a moment.

export class Tries {
  private count = 0;
  private notBefore = 0; // milliseconds
  private timer: number | undefined;

  constructor(
    private readonly most: number,
    private readonly pauseMs: number,
    private readonly again: () => void,
  ) {}

  // Whether it may be tried now. `again` is called as soon as it may the next time.
  take(): boolean {
    if (this.count >= this.most) return false;
    const isDue = this.notBefore <= Date.now();
    if (isDue) {
      this.count += 1;
      this.notBefore = Date.now() + this.pauseMs * this.count;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(this.again, this.notBefore - Date.now());
    return isDue;
  }

  // It went well, or is begun anew.
  reset(): void {
    this.count = this.notBefore = 0;
  }
}
