// Pages as a function of what is known: h() says what shall stand there, paint() changes only what differs.
// Words become text nodes and never markup, so a name shaped like a script stays a name.
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "use"]);

const STARTS = { value: "defaultValue", checked: "defaultChecked", selected: "defaultSelected" };

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
  const there = [...parent.childNodes], stays = kept(there, wanted);
  const keyed = new Map(there.filter((node) => node.key !== undefined).map((node) => [node.key, node]));
  const used = new Set(stays.values());
  const nodes = wanted.map((one, at) => {
    const node = stays.get(at) ?? (one.key === undefined ? undefined : unused(keyed.get(one.key), used, one)) ?? make(one);
    used.add(node);
    return node;
  });
  for (const node of there) if (!used.has(node)) node.remove();
  let at = parent.firstChild;
  nodes.forEach((node, place) => {
    if (node === at) at = at.nextSibling; else parent.insertBefore(node, at);
    if (wanted[place].tag) { dress(node, wanted[place].props); fill(node, wanted[place].children); } else if (typeof wanted[place] !== "object" && node.data !== String(wanted[place])) node.data = String(wanted[place]);
  });
}

const unused = (node, used, one) => (node && !used.has(node) && node.made === one.tag ? node : undefined);
const same = (node, one) => node === one || (typeof one === "object" ? node.made !== undefined && node.made === one.tag && node.key === one.key : node.nodeType === Node.TEXT_NODE);

/** Which children stay where they are: place wanted -> node; the longest common order, so that what is typed in stays. */
function kept(there, wanted) {
  const found = new Map();
  let start = 0, endThere = there.length, endWanted = wanted.length;
  while (start < endThere && start < endWanted && same(there[start], wanted[start])) { found.set(start, there[start]); start += 1; }
  while (endThere > start && endWanted > start && same(there[endThere - 1], wanted[endWanted - 1])) { endThere -= 1; endWanted -= 1; found.set(endWanted, there[endThere]); }
  const rows = endThere - start, columns = endWanted - start;
  if (!rows || !columns) return found;
  const longest = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) longest[row][column] = same(there[start + row], wanted[start + column]) ? longest[row + 1][column + 1] + 1 : Math.max(longest[row + 1][column], longest[row][column + 1]);
  }
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (same(there[start + row], wanted[start + column])) { found.set(start + column, there[start + row]); row += 1; column += 1; } else if (longest[row + 1][column] >= longest[row][column + 1]) row += 1; else column += 1;
  }
  return found;
}

function make(one) {
  if (one instanceof Node) return one;
  if (typeof one !== "object") return document.createTextNode("");
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
  else if (name in STARTS) { node[STARTS[name]] = value ?? ""; node[name] = value ?? ""; } // what a form's reset goes back to, and what is now
  else if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}
