// Sounds that the page makes, and how loud the microphone is.

let context: AudioContext | null = null;

// Browsers let a page sound after the first tap on it.
export function sounding(): AudioContext {
  context ??= new AudioContext();
  void context.resume();
  return context;
}

function beep(frequencyHz: number, durationS: number, afterS = 0, volume = 0.15): void {
  const its = sounding();
  const begins = its.currentTime + afterS;
  const tone = its.createOscillator();
  const loudness = its.createGain();
  tone.frequency.value = frequencyHz;
  loudness.gain.setValueAtTime(0, begins);
  loudness.gain.linearRampToValueAtTime(volume, begins + 0.01);
  loudness.gain.linearRampToValueAtTime(0, begins + durationS);
  tone.connect(loudness).connect(its.destination);
  tone.start(begins);
  tone.stop(begins + durationS);
}

// Whether it would be heard now: a page that nobody has tapped on may not.
export function canSound(): boolean {
  return context?.state === "running";
}

// Somebody asks for help.
export function alarm(): void {
  beep(740, 0.25, 0, 0.3);
  beep(988, 0.25, 0.3, 0.3);
  beep(740, 0.25, 0.6, 0.3);
}

// Somebody is on the line.
export function tick(): void {
  beep(880, 0.07);
}

// For the check: three notes.
export function melody(): void {
  beep(523, 0.3, 0, 0.25);
  beep(659, 0.3, 0.35, 0.25);
  beep(784, 0.5, 0.7, 0.25);
}

// Tells how loud the microphone is, from 0 to 1, until the function that it returns is called.
export function listen(microphone: MediaStream, hears: (level: number) => void): () => void {
  const its = sounding();
  const source = its.createMediaStreamSource(microphone);
  const meter = its.createAnalyser();
  meter.fftSize = 1024;
  source.connect(meter);
  const samples = new Float32Array(meter.fftSize);
  const timer = setInterval(() => {
    meter.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    // -60 dB is silence, -10 dB is loud speech.
    const decibels = 10 * Math.log10(power + 1e-12);
    hears(Math.max(0, Math.min(1, (decibels + 60) / 50)));
  }, 80);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

// A few seconds of the microphone, as an address that can be played.
export async function record(microphone: MediaStream, durationMs: number): Promise<string> {
  const recorder = new MediaRecorder(microphone);
  const pieces: Blob[] = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start();
  setTimeout(() => recorder.stop(), durationMs);
  await ended;
  return URL.createObjectURL(new Blob(pieces, { type: recorder.mimeType }));
}
