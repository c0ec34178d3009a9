// What the page asks the server. Every request carries the token with which the page was opened.

const KEY = "jazzgen.studio.token";

/** Take the token out of the address, where others could read it over a shoulder. */
function readToken() {
  const address = new URL(location.href);
  const given = address.searchParams.get("token") ?? new URLSearchParams(address.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", address.pathname);
  }
  return given ?? sessionStorage.getItem(KEY) ?? "";
}

const token = readToken();

// A studio that was started anew prints an address that differs in its token alone, for which a
// browser does not load the page again.
addEventListener("hashchange", () => {
  if (!new URLSearchParams(location.hash.slice(1)).has("token")) return;
  readToken();
  location.reload();
});

/** A number for the studio that runs, by which a page sees whether it was started anew. */
export function session() {
  let hash = 0x811c9dc5;
  for (const letter of token) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}

/** An answer that says what is wrong, and where: with which setting, in which bar. */
export class StudioError extends Error {
  constructor(answer, status) {
    super(answer.error ?? `The server answered ${status}.`);
    this.status = status;
    this.where = answer.where ?? null;
    this.bar = answer.bar ?? null;
  }
}

async function ask(path, { method = "GET", body, headers = {}, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, { method, body, signal, headers: { "X-Studio-Token": token, ...headers } });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new StudioError({ error: "The studio does not answer. Is `jazzgen studio` still running?" }, 0);
  }
  if (answer.ok) return answer;
  const text = await answer.text();
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {
    told = { error: text.slice(0, 200) || undefined };
  }
  throw new StudioError(told, answer.status);
}

const post = async (path, value, signal) => (await ask(path, {
  method: "POST", body: JSON.stringify(value), headers: { "Content-Type": "application/json" }, signal,
})).json();

export const library = async () => (await ask("api/library")).json();

/** Read a chart from text, a link or changes; `song` chooses one of a playlist. */
export const readChart = (text, song = null) => post("api/chart", { text, song });

/** Move a chart to another key. */
export const transposeChart = (text, key) => post("api/chart", { text, transpose: key });

export async function readFile(file, song = null) {
  const query = new URLSearchParams(song ? { name: file.name, song } : { name: file.name });
  const answer = await ask(`api/chart?${query}`, {
    method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" },
  });
  return answer.json();
}

export const generate = (request, signal) => post("api/generate", request, signal);
export const rearrange = (take, request, signal) => post("api/rearrange", { take: take.id, ...request }, signal);
export const regenerate = (take, request, signal) => post("api/regenerate", { take: take.id, version: take.version, ...request }, signal);
export const edit = (take, notes, lock) => post("api/edit", { take: take.id, version: take.version, notes, lock });
export const restore = (take) => post("api/restore", { state: take.state });
/** A take as the server has it now, whichever tab has changed it. */
export const current = (take) => post("api/restore", { take: take.id });
export const expected = (take) => post("api/expected", { take: take.id });
export const reveal = () => ask("api/reveal", { method: "POST" });
export const keep = (take, formats, options) => post("api/keep", { take: take.id, formats, ...options });

export async function notation(take, how) {
  const query = new URLSearchParams({ take: take.id, ...how });
  return (await ask(`api/notation?${query}`)).json();
}

/** Return a take, or several takes over one band, as a file: its content and its name. */
export async function download(takes, format, options) {
  const which = takes.length === 1 ? { take: takes[0].id } : { takes: takes.map((take) => take.id) };
  const answer = await ask("api/export", {
    method: "POST", body: JSON.stringify({ ...which, format, ...options }), headers: { "Content-Type": "application/json" },
  });
  const said = answer.headers.get("Content-Disposition") ?? "";
  const name = said.match(/filename\*=UTF-8''([^;]+)/i)?.[1] ?? said.match(/filename="?([^";]+)/i)?.[1] ?? `solo.${format}`;
  return { blob: await answer.blob(), name: decodeURIComponent(name) };
}
