// Two short tones for a new call; a browser that has not been touched stays silent.
const kept = { context: null };

export function ring() {
  kept.context ||= new AudioContext();
  const { context } = kept;
  for (const at of [0, 0.3]) {
    const tone = context.createOscillator(), loud = context.createGain();
    tone.frequency.value = 880; loud.gain.value = 0.15;
    tone.connect(loud).connect(context.destination);
    tone.start(context.currentTime + at); tone.stop(context.currentTime + at + 0.18);
  }
}
