// A video whose pictures are still to come. Until it has one it would hold up the page's `load`: a tab that loads for ever.
const loaded = new Promise((tell) => {
  if (document.readyState === "complete") tell();
  else addEventListener("load", () => tell(), { once: true });
});

/** Returns { video, stream, start }: what is added to the stream is shown, and heard once it was started. */
export function makePlayer(properties = {}) {
  const video = document.createElement("video"), stream = new MediaStream();
  Object.assign(video, { autoplay: true, playsInline: true, className: "picture", ...properties });
  loaded.then(() => { video.srcObject = stream; });
  return { video, stream, start: () => loaded.then(() => video.play()) };
}
