// The audio check: a microphone whose level one can see, a tone one can hear, one's own voice.

import { useEffect, useState } from "preact/hooks";
import type { Bank } from "../bank";
import { isSlow, roundTripMs } from "../network";
import { listen, melody, record } from "../sound";
import { type TextKey, t, word } from "../texts";
import { Heading } from "./parts";
import { OtherWays } from "./ways";

const RECORDING_MS = 3000;
const LOUD_ENOUGH = 0.25;

type Microphone = "closed" | "asking" | "open" | "denied" | "none" | "unsupported";

// By the way to our server; the audio's own is watched in the call.
function Network() {
  const [ms, setMs] = useState<number | null>(null);
  useEffect(() => void roundTripMs().then(setMs, () => undefined), []);
  if (ms === null) return null;
  return <>{t(isSlow(ms) ? "network.slow" : "network.good", { ms: Math.round(ms) })}</>;
}

// `isAgain`: people seem not to hear him, so that he is let go on only when he is heard.
export function AudioCheck({ bank, done, isAgain = false }: { bank: Bank; done: () => void; isAgain?: boolean }) {
  const [microphone, setMicrophone] = useState<Microphone>("closed");
  const [level, setLevel] = useState(0);
  const [wasHeard, setHeard] = useState(false);
  const [recording, setRecording] = useState("");
  const [isRecording, setIsRecording] = useState(false);

  useEffect(() => {
    if (microphone !== "open" || !bank.phone.input) return undefined;
    return listen(bank.phone.input, (now) => {
      setLevel(now);
      if (now > LOUD_ENOUGH) setHeard(true);
    });
  }, [microphone]);

  async function open() {
    if (!navigator.mediaDevices || !("RTCPeerConnection" in window)) {
      setMicrophone("unsupported");
      return;
    }
    setMicrophone("asking");
    try {
      await bank.line.openPhone();
      setMicrophone("open");
    } catch (error) {
      setMicrophone((error as DOMException).name === "NotAllowedError" ? "denied" : "none");
    }
  }

  async function replay() {
    setIsRecording(true);
    setRecording(await record(bank.phone.input!, RECORDING_MS));
    setIsRecording(false);
  }

  const isOpen = microphone === "open";
  const heard = bank.phone.isMuted ? "audio.is_muted" : wasHeard ? "audio.heard" : "audio.not_heard";
  return (
    <div class="page">
      <Heading>{t("audio.title")}</Heading>
      {!isOpen && <p>{t("audio.lead")}</p>}
      {!isOpen && (
        <button type="button" class="main" disabled={microphone === "asking"} onClick={open}>
          {t("audio.open")}
        </button>
      )}
      <p role="status">{word("microphone", microphone, "")}</p>
      {isOpen && (
        <>
          <section class="check">
            <h2>{t("audio.speak")}</h2>
            <meter
              min={0} max={1} value={level} aria-label={t("audio.level")}
            />
            <p role="status">{t(heard)}</p>
          </section>
          <section class="check">
            <h2>{t("audio.listen")}</h2>
            <button type="button" onClick={melody}>{t("audio.tone")}</button>
            <button type="button" onClick={replay} disabled={isRecording}>
              {t(isRecording ? "audio.recording" : "audio.record")}
            </button>
            {recording && <audio controls autoplay src={recording} aria-label={t("audio.own_voice")} />}
          </section>
          <p role="status">{t(`phone.${bank.phone.state}` as TextKey)} <Network /></p>
          <button type="button" class="main" disabled={isAgain && !wasHeard} onClick={done}>
            {t("audio.done")}
          </button>
        </>
      )}
      {!isAgain && <OtherWays bank={bank} />}
    </div>
  );
}
