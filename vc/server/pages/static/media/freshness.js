// A picture that has stopped is never shown as if it were live: decoded frames are counted.
const STALE_MS = 2000;
const LOOK_MS = 250;

/** Calls `told(fresh)` when the video begins or ceases to bring new pictures. Returns a stop. */
export function watchFreshness(video, told) {
  const seen = { frames: -1, at: performance.now(), fresh: null };
  const frames = () => (video.getVideoPlaybackQuality ? video.getVideoPlaybackQuality().totalVideoFrames : video.webkitDecodedFrameCount || 0);
  const timer = setInterval(() => {
    const count = frames(), now = performance.now();
    if (count !== seen.frames) { if (seen.frames >= 0 && count > 0) seen.at = now; seen.frames = count; if (count === 0) seen.at = -STALE_MS; }
    const fresh = count > 0 && now - seen.at < STALE_MS;
    if (fresh !== seen.fresh) { seen.fresh = fresh; told(fresh); }
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Figures of a session's receiving side for people who ask: pictures a second, loss, jitter. */
export async function figuresOf(session, before) {
  const now = { at: performance.now(), frames: 0, packets: 0, lost: 0, jitter: 0, width: 0, height: 0 };
  if (!session || session.peer.connectionState === "closed") return null;
  for (const report of (await session.peer.getStats()).values()) {
    if (report.type !== "inbound-rtp" || report.kind !== "video") continue;
    Object.assign(now, { frames: report.framesDecoded || 0, packets: report.packetsReceived || 0, lost: report.packetsLost || 0, jitter: (report.jitter || 0) * 1000, width: report.frameWidth || 0, height: report.frameHeight || 0 });
  }
  if (!before || now.frames < before.frames) return now;
  const seconds = (now.at - before.at) / 1000, packets = now.packets - before.packets, lost = Math.max(0, now.lost - before.lost);
  return { ...now, fps: (now.frames - before.frames) / seconds, loss: packets + lost ? (100 * lost) / (packets + lost) : 0 };
}
