// The laptop's or phone's camera and microphone: opened, chosen, looked at, listened to.
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Makes one stream of the chosen devices; what is missing is left out and told by `problem`. */
export function makeDevices(changed) {
  const now = { stream: new MediaStream(), camera: localStorage.getItem("camera") || "", microphone: localStorage.getItem("microphone") || "", cameras: [], microphones: [], problem: "", cameraOn: true, microphoneOn: true, level: 0 };
  const meter = { context: null, analyser: null, source: null, heard: new Float32Array(512) };

  async function open() {
    if (!navigator.mediaDevices?.getUserMedia) { now.problem = "devices.insecure"; changed(); return; }
    const want = (kind, base, id) => ({ ...base, ...(id ? { deviceId: { ideal: id } } : {}) });
    now.problem = "";
    close();
    const asked = { video: want("video", PICTURE, now.camera), audio: want("audio", SOUND, now.microphone) };
    for (const each of [asked, { audio: asked.audio }, { video: asked.video }]) {
      try { take(await navigator.mediaDevices.getUserMedia(each)); break; } catch (error) { now.problem = error.name === "NotAllowedError" ? "devices.refused" : error.name === "NotReadableError" ? "devices.busy" : "devices.missing"; }
    }
    if (now.stream.getTracks().length === 1) now.problem = now.stream.getAudioTracks().length ? "devices.no_camera" : "devices.no_microphone";
    else if (now.stream.getTracks().length) now.problem = "";
    const all = await navigator.mediaDevices.enumerateDevices();
    now.cameras = all.filter((one) => one.kind === "videoinput"); now.microphones = all.filter((one) => one.kind === "audioinput");
    changed();
  }

  function take(stream) {
    for (const track of stream.getTracks()) { now.stream.addTrack(track); track.addEventListener("ended", open); }
    apply(); listen();
  }

  function listen() {
    meter.source?.disconnect();
    if (!now.stream.getAudioTracks().length) return;
    meter.context ||= new AudioContext();
    meter.analyser ||= Object.assign(meter.context.createAnalyser(), { fftSize: 512 });
    meter.source = meter.context.createMediaStreamSource(now.stream);
    meter.source.connect(meter.analyser);
    meter.context.resume().catch(() => {});
  }

  /** The microphone's level, 0..1 of -60..0 dBFS. */
  function level() {
    if (!meter.analyser || !now.microphoneOn) return 0;
    meter.analyser.getFloatTimeDomainData(meter.heard);
    const power = meter.heard.reduce((sum, one) => sum + one * one, 0) / meter.heard.length;
    return Math.max(0, Math.min(1, (10 * Math.log10(power + 1e-12) + 60) / 60));
  }

  function apply() {
    for (const track of now.stream.getAudioTracks()) track.enabled = now.microphoneOn;
    for (const track of now.stream.getVideoTracks()) track.enabled = now.cameraOn;
  }

  function close() { for (const track of now.stream.getTracks()) { track.removeEventListener("ended", open); track.stop(); now.stream.removeTrack(track); } }

  return {
    now, open, level, close,
    async choose(kind, id) { now[kind] = id; localStorage.setItem(kind, id); await open(); },
    turn(kind) { now[kind] = !now[kind]; apply(); changed(); },
  };
}

/** The screen or a window, as the person chooses it; null when he chooses none. */
export async function chooseScreen() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 5, max: 15 }, width: { max: 1920 }, height: { max: 1080 } }, audio: false });
    for (const track of stream.getVideoTracks()) track.contentHint = "detail";
    return stream;
  } catch (error) { if (error.name === "NotAllowedError") return null; throw error; }
}
