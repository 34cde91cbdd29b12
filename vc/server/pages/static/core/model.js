// What follows from the state: pure questions to it.
const LETTERS = "ABDEFGHIJKNOPQRUVXYZ"; // those without another meaning at the console: W S L C M T are taken
const CENTRE_KEY = "T";
const WAITING = new Set(["pending", "approved"]);

export const delegates = (state) => state.plan.sites.flatMap((site) => (site.delegates || []).map((one) => ({ ...one, site: site.id, siteName: site.name })));
export const delegate = (state, id) => delegates(state).find((one) => one.id === id);
export const member = (state, id) => state.members.find((one) => one.id === id);
export const memberName = (state, id) => member(state, id)?.name || state.plan.sites.find((site) => site.id === id)?.name || id;
/** Who asks: a listed delegate, or a guest by his own name. */
export const personName = (state, id) => delegate(state, id)?.name || memberName(state, id);
export const paper = (state, id) => state.plan.papers?.find((one) => one.id === id);
export const item = (state, id) => state.plan.agenda?.find((one) => one.id === id);
export const waitingRequests = (state) => (state.requests || []).filter((one) => WAITING.has(one.status));
export const nextSpeaker = (state) => waitingRequests(state).find((one) => one.status === "approved" && member(state, one.site)?.connected);
export const openBallot = (state) => (state.ballots || []).find((one) => !one.closed_at);
export const isPresent = (state, id) => (state.attendance || []).some((one) => one.delegate === id && one.present);
export const isOpen = (state) => state.phase === "lobby" || state.phase === "live";
export const isLive = (state) => state.phase === "live";

/** Members with the key that gives each the floor: 1-9 and letters, the centre under T. */
export function keyed(state) {
  const others = [...LETTERS];
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ...others];
  return (state.members || []).filter((one) => one.kind !== "guest" || !one.expelled).map((one) => ({ ...one, key: one.id === state.plan.centre ? CENTRE_KEY : keys.shift() || "" }));
}

/** Delegates there, listed, and whether more than half are (quorum is the chair's to judge; the count is ours). */
export function attendance(state) {
  const all = delegates(state), present = all.filter((one) => isPresent(state, one.id)).length;
  return { present, listed: all.length, majority: present * 2 > all.length };
}

/** Seconds left of the present speech, or null without a limit. */
export const secondsLeft = (state, now) => (state.floor?.until ? (Date.parse(state.floor.until) - now) / 1000 : null);
export const secondsSince = (moment, now) => Math.max(0, (now - Date.parse(moment)) / 1000);

/** A line's worst figure in words is the server's; here is what a meter shows of a level: 0..1 of -60..0 dBFS. */
export const loudness = (dbfs) => Math.max(0, Math.min(1, (dbfs + 60) / 60));

const DESK = ["chair", "operator"], CHAIR = ["chair"];
const ONLY_CHAIR = new Set(["approve_speech", "refuse_speech", "move_speech", "give_floor", "extend_floor", "take_floor", "open_ballot", "close_ballot"]);
/** Whether a console of this role may do it (vc.server.conference.who_may has the word). */
export const may = (role, type) => (ONLY_CHAIR.has(type) ? CHAIR : DESK).includes(role);
