// Calls to the server: one way to ask, one way to show what went wrong.

const content = document.getElementById("words");
export const words = content ? JSON.parse(content.textContent) : {};

export function tell(text) {
  const place = document.getElementById("problem");
  place.textContent = text;
  place.hidden = !text;
  if (text) place.scrollIntoView({ block: "nearest" });
}

export function problemText(error) {
  const place = [error.file, error.row ? `#${error.row}` : "", error.column, error.value].filter(Boolean).join(" ");
  const hint = error[`hint_${words.language}`];
  return [place, error[`message_${words.language}`], hint ? `→ ${hint}` : ""].filter(Boolean).join("  ");
}

// A login that ended or began anew meanwhile: this page takes the new one's word and stays as it is.
async function renewLogin() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || new URL(response.url).pathname === "/login") return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  words.form = JSON.parse(page.getElementById("words").textContent).form;
  return true;
}

// The way back in, in a tab of its own: what was done here stays.
function askToLogIn(text) {
  tell(text);
  const link = Object.assign(document.createElement("a"), { href: "/login", target: "_blank", textContent: words.language === "en" ? "Log in" : "登录" });
  document.getElementById("problem").append(" ", link);
}

// What is asked for while the very same is on its way is that: nothing is ordered twice.
const underway = new Map();

// The answer as an object, or null after the problem was shown.
export function call(path, method = "GET", body = undefined) {
  if (method === "GET" || body instanceof Blob) return ask(path, method, body);
  const key = `${method} ${path} ${JSON.stringify(body)}`;
  if (!underway.has(key)) underway.set(key, ask(path, method, body).finally(() => underway.delete(key)));
  return underway.get(key);
}

async function ask(path, method, body, again = true) {
  const headers = { "X-Form-Word": words.form || "" };
  const isFile = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  try {
    const response = await fetch(path, { method, headers, body: body === undefined || isFile ? body : JSON.stringify(body) });
    const answer = await response.json();
    if (response.ok) return answer;
    if (answer.error === "foreign_form" && again && await renewLogin()) return ask(path, method, body, false);
    if (response.status === 401) askToLogIn(answer.errors.map(problemText).join("\n"));
    else tell(answer.errors.map(problemText).join("\n"));
  } catch {
    tell(words.open_failed);
  }
  return null;
}

// Parts of this page as the server renders them now.
export async function renew(...ids) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ids) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(fresh);
  }
}

// An element: el("button.first", { onclick }, "text", child, null, ...).
export function el(tag, attributes, ...children) {
  const [name, ...classes] = tag.split("."), node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key in node) node[key] = value;
    else node.setAttribute(key, value);
  }
  if (classes.length) node.className = classes.join(" ");
  node.append(...children.flat().filter((child) => child !== null && child !== undefined).map((child) => (child instanceof Node ? child : String(child))));
  return node;
}

// A text with {} filled in, one after the other.
export function fill(text, ...values) {
  return values.reduce((filled, value) => filled.replace("{}", value), text);
}
