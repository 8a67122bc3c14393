// The softphone: registers through our own server's /ws, answers Asterisk's one call by itself and
// keeps it for the whole shift; people come and go on it.

import JsSIP from "jssip";
import { watchQuality } from "./network";
import { socketAddress } from "./socket";
import type { PhoneCredentials } from "./types";

export type PhoneState = "off" | "connecting" | "registered" | "in_call" | "lost";

type Session = any; // JsSIP ships no types

const GATHERING_MS = 300; // odd interfaces would let ICE wait for half a minute
const REGISTER_AGAIN_MS = 1500;

export class Phone {
  state: PhoneState = "off";
  isMuted = false;
  isCut = false; // the call stands, and no sound comes through: mostly it comes back by itself
  isWeak = false; // so much of the sound is lost or late that speech is hard to follow
  registeredAt = 0; // milliseconds; since when it has been there without a call
  readonly audio = new Audio();
  private agent: any = null;
  private session: Session | null = null;
  private microphone: MediaStream | null = null;

  constructor(private readonly changed: () => void) {
    this.audio.autoplay = true;
  }

  get connection(): RTCPeerConnection | null {
    return this.session?.connection ?? null;
  }

  get input(): MediaStream | null {
    return this.microphone;
  }

  // Throws what getUserMedia throws, NotAllowedError above all.
  async openMicrophone(): Promise<MediaStream> {
    const isLive = this.microphone?.getAudioTracks().some((track) => track.readyState === "live");
    if (!isLive) {
      this.microphone = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    }
    return this.microphone!;
  }

  register(phone: PhoneCredentials): void {
    this.agent?.stop();
    this.become("connecting");
    const agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(socketAddress("/ws"))],
      uri: `sip:${phone.user}@callbank.invalid`,
      authorization_user: phone.user,
      password: phone.password,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: "Callbank",
    });
    this.agent = agent;
    agent.on("registered", () => {
      if (this.state !== "in_call") this.become("registered");
    });
    agent.on("disconnected", () => {
      if (this.state !== "in_call") this.become("lost");
    });
    // A new volunteer's telephone reaches Asterisk a moment after he joined.
    agent.on("registrationFailed", () => {
      if (this.state !== "in_call") this.become("lost");
      setTimeout(() => this.agent === agent && agent.isConnected() && agent.register(), REGISTER_AGAIN_MS);
    });
    agent.on("newRTCSession", (event: { originator: string; session: Session }) => {
      if (event.originator === "remote") this.take(event.session);
    });
    agent.start();
  }

  mute(isMuted: boolean): void {
    this.isMuted = isMuted;
    if (this.session && isMuted) this.session.mute({ audio: true });
    else this.session?.unmute({ audio: true });
    this.changed();
  }

  tone(key: string): void {
    this.session?.sendDTMF(key, { transportType: "RFC2833" });
  }

  close(): void {
    const agent = this.agent;
    this.agent = null;
    agent?.stop(); // says goodbye for the call too
    this.microphone?.getTracks().forEach((track) => track.stop());
    this.microphone = null;
    this.session = null;
    this.isCut = this.isWeak = false;
    this.become("off");
  }

  private take(session: Session): void {
    const before = this.session;
    this.session = session;
    this.isCut = this.isWeak = false;
    if (before && !before.isEnded()) before.terminate();
    session.on("peerconnection", (event: { peerconnection: RTCPeerConnection }) => {
      const its = event.peerconnection;
      its.addEventListener("connectionstatechange", () => {
        if (this.session !== session) return;
        this.isCut = its.connectionState === "disconnected" || its.connectionState === "failed";
        this.changed();
      });
      watchQuality(its, (isWeak) => {
        if (this.session !== session || isWeak === this.isWeak) return;
        this.isWeak = isWeak;
        this.changed();
      });
      its.addEventListener("track", (track) => {
        this.audio.srcObject = track.streams[0] ?? new MediaStream([track.track]);
        void this.audio.play().catch(() => undefined);
      });
    });
    session.on("icecandidate", (event: { ready: () => void }) => {
      setTimeout(() => event.ready(), GATHERING_MS);
    });
    session.on("confirmed", () => {
      if (this.isMuted) this.mute(true);
      this.become("in_call");
    });
    for (const end of ["ended", "failed"]) {
      session.on(end, () => {
        if (this.session !== session) return;
        this.session = null;
        this.isCut = this.isWeak = false;
        if (this.agent) this.become(this.agent.isRegistered() ? "registered" : "lost");
      });
    }
    session.answer({ mediaStream: this.microphone, pcConfig: { iceServers: [] } });
  }

  private become(state: PhoneState): void {
    if (state === "registered" && this.state !== state) this.registeredAt = Date.now();
    this.state = state;
    this.changed();
  }
}
