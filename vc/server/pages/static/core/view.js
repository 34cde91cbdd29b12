// Pages as a function of what is known: h() says what shall stand there, paint() changes only what differs.
// Words become text nodes and never markup, so a name shaped like a script stays a name.
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "use"]);

/** A wanted element. `props.key` keeps it itself when its list is reordered; `on...` are listeners. */
export function h(tag, props, ...children) {
  const { key, ...rest } = props || {};
  return { tag, key, props: rest, children: children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false && one !== "") };
}

export const icon = (name) => h("svg", { class: "icon", "aria-hidden": "true", viewBox: "0 0 24 24" }, h("use", { href: `/pages/icons.svg#${name}` }));

/** Make the parent's children what is wanted. A DOM node among them (a video) is put there as it is. */
export function paint(parent, ...wanted) {
  const focused = document.activeElement;
  fill(parent, h("", null, ...wanted).children);
  if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true }); // it was moved
}

function fill(parent, wanted) {
  const keyed = new Map(), keys = new Set(wanted.map((one) => one.key));
  for (const node of [...parent.childNodes]) {
    if (node.key === undefined) continue;
    if (keys.has(node.key)) keyed.set(node.key, node); else node.remove();
  }
  let at = parent.firstChild;
  for (const one of wanted) {
    const node = match(one, at, keyed);
    if (node === at) at = at.nextSibling; else parent.insertBefore(node, at);
  }
  while (at) { const next = at.nextSibling; at.remove(); at = next; }
}

function match(one, at, keyed) {
  if (one instanceof Node) return one;
  if (typeof one !== "object") {
    const node = at && at.nodeType === Node.TEXT_NODE ? at : document.createTextNode("");
    if (node.data !== String(one)) node.data = String(one);
    return node;
  }
  let node = one.key === undefined ? at : keyed.get(one.key);
  if (!node || node.made !== one.tag || node.key !== one.key) node = make(one);
  dress(node, one.props);
  fill(node, one.children);
  return node;
}

function make(one) {
  const node = DRAWN.has(one.tag) ? document.createElementNS(SVG, one.tag) : document.createElement(one.tag);
  return Object.assign(node, { made: one.tag, key: one.key, worn: {} });
}

function dress(node, props) {
  for (const name of Object.keys(node.worn)) if (!(name in props)) wear(node, name, null);
  for (const [name, value] of Object.entries(props)) if (node.worn[name] !== value || name === "checked") wear(node, name, value);
  node.worn = props;
}

function wear(node, name, value) {
  if (name.startsWith("on")) node[name] = value;
  else if (name.startsWith("--")) node.style.setProperty(name, value);
  else if (name === "value" || name === "checked" || name === "selected" || name === "srcObject") node[name] = value;
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}
