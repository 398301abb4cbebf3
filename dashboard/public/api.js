// One place for talking to the server: tokens, errors, the live stream.

const API = "/api/v1";
const KEY = "sourcepilot.session";

let session = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
let refreshing = null;

export const signedIn = () => session !== null;
export const refreshToken = () => session?.refresh_token;

export function keep(tokens) {
  session = tokens;
  if (tokens) sessionStorage.setItem(KEY, JSON.stringify(tokens));
  else sessionStorage.removeItem(KEY);
}

/** A refused request, with the server's own sentence. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const sentence = (body, fallback) => {
  if (typeof body?.detail === "string") return body.detail;
  if (Array.isArray(body?.detail)) return body.detail.map((e) => `${e.loc?.at(-1) ?? ""}: ${e.msg}`).join("; ");
  return fallback;
};

async function send(method, path, body) {
  const headers = {};
  if (session) headers.Authorization = `Bearer ${session.access_token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(API + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** One refresh at a time: a refresh token serves once, and all who wait share the answer. */
function refreshed() {
  if (!session) return Promise.resolve(false);
  refreshing ??= refresh().finally(() => (refreshing = null));
  return refreshing;
}

async function refresh() {
  const answer = await fetch(`${API}/auth/refresh`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: session.refresh_token }),
  });
  keep(answer.ok ? await answer.json() : null);
  return answer.ok;
}

async function withSession(attempt) {
  const answer = await attempt();
  return answer.status === 401 && (await refreshed()) ? attempt() : answer;
}

export async function call(method, path, body) {
  const answer = await withSession(() => send(method, path, body));
  if (answer.status === 204) return null;
  const parsed = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, sentence(parsed, answer.statusText || "The server did not answer."));
  return parsed;
}

/** A picture that only a signed-in merchant may fetch, as an address for <img>. */
export async function picture(url) {
  const answer = await withSession(() => send("GET", `/images?url=${encodeURIComponent(url)}`));
  if (!answer.ok) throw new ApiError(answer.status, "No picture.");
  return URL.createObjectURL(await answer.blob());
}

/** Awaits `onOpen()`, then calls `onEvent(name, data)` for each live event until the stream ends. */
export async function listen(onEvent, onOpen) {
  const answer = await withSession(() => send("GET", "/events"));
  if (!answer.ok) throw new ApiError(answer.status, "No live events.");
  await onOpen();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      const field = (name) =>
        event.split("\n").filter((l) => l.startsWith(`${name}:`)).map((l) => l.slice(name.length + 1).trim()).join("\n");
      const data = field("data");
      // One after the other, or an older answer could hide a newer one.
      if (data) await onEvent(field("event"), JSON.parse(data));
    }
  }
}
