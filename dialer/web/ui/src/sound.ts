// Sounds that the page makes, and how loud the microphone is.

// A context that runs on in silence costs a telephone's battery: it sleeps soon after a sound.
const SLEEPS_AFTER_MS = 1000;
// What a browser let sound only so long after is no longer news.
const TOO_LATE_MS = 1500;

interface Note {
  frequencyHz: number;
  durationS: number;
  afterS?: number;
}

let made: AudioContext | null = null;
let isLetSound = false;
let uses = 0;

// The context, running; browsers let a page sound after the first tap on it, until then it waits.
// Whoever has asked for it says `rest` when he needs it no more.
async function running(): Promise<AudioContext> {
  uses += 1;
  await context().resume();
  isLetSound = true;
  return context();
}

function context(): AudioContext {
  made ??= new AudioContext();
  return made;
}

function rest(): void {
  uses -= 1;
  setTimeout(() => {
    if (uses === 0) void context().suspend();
  }, SLEEPS_AFTER_MS);
}

// Resolves as soon as the browser lets the page sound; to be asked again at a tap.
export async function unlock(): Promise<void> {
  await running();
  rest();
}

// Whether it would be heard now: a page that nobody has tapped on may not.
export function canSound(): boolean {
  return isLetSound;
}

async function play(volume: number, ...notes: Note[]): Promise<void> {
  const asked = performance.now();
  const its = await running();
  const tones = performance.now() - asked < TOO_LATE_MS ? notes : [];
  await Promise.all(tones.map((note) => played(its, volume, note)));
  rest();
}

function played(its: AudioContext, volume: number, note: Note): Promise<unknown> {
  const begins = its.currentTime + (note.afterS ?? 0);
  const tone = its.createOscillator();
  const loudness = its.createGain();
  tone.frequency.value = note.frequencyHz;
  loudness.gain.setValueAtTime(0, begins);
  loudness.gain.linearRampToValueAtTime(volume, begins + 0.01);
  loudness.gain.linearRampToValueAtTime(0, begins + note.durationS);
  tone.connect(loudness).connect(its.destination);
  tone.start(begins);
  tone.stop(begins + note.durationS);
  return new Promise((resolve) => {
    tone.onended = resolve;
  });
}

// Somebody asks for help.
export function alarm(): void {
  void play(
    0.3,
    { frequencyHz: 740, durationS: 0.25 },
    { frequencyHz: 988, durationS: 0.25, afterS: 0.3 },
    { frequencyHz: 740, durationS: 0.25, afterS: 0.6 },
  );
}

// Somebody is on the line.
export function tick(): void {
  void play(0.15, { frequencyHz: 880, durationS: 0.07 });
}

// For the check: three notes.
export function melody(): void {
  void play(
    0.25,
    { frequencyHz: 523, durationS: 0.3 },
    { frequencyHz: 659, durationS: 0.3, afterS: 0.35 },
    { frequencyHz: 784, durationS: 0.5, afterS: 0.7 },
  );
}

// Tells how loud the microphone is, from 0 to 1, until the function that it returns is called.
export function listen(microphone: MediaStream, hears: (level: number) => void): () => void {
  const its = context();
  void running();
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
    rest();
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
