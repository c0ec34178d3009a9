// What the server has of each take. Edits, undo and a server that was started anew are made up for
// just before the server is asked for something.

import * as api from "./api.js";

export class Shared {
  /**
   * @param {import("./store.js").Store} store
   * @param {() => string[]} locked the players of the band who do not answer an edit
   */
  constructor(store, locked) {
    this.store = store;
    this.locked = locked;
    this.has = new Map(); // by id: the notes that the server has, and their version
    this.line = Promise.resolve();
    if (store.state.session === api.session()) for (const take of store.state.takes) this.met(take);
    else store.put({ session: api.session() });
  }

  /** Remember a take that has come from the server, to this tab or to another one. */
  met(take) {
    this.has.set(take.id, { notes: take.unsent ? null : take.notes.solo, version: take.version });
  }

  /**
   * Ask the server for something about takes.
   * @param {string[]} ids
   * @param {(takes: object[]) => Promise} ask gets the takes as the server has them; it is called
   *   once more when the server turns out to have forgotten one
   */
  async with(ids, ask) {
    const takes = [];
    for (const id of ids) takes.push(await this.live(id));
    try {
      return await ask(takes);
    } catch (error) {
      if (error.status !== 404 || error.where !== "take") throw error;
      const again = [];
      for (const { id } of takes) {
        this.has.delete(id);
        again.push(await this.live(id));
      }
      return ask(again);
    }
  }

  /**
   * Return a take as the server has it, after it has been given what it lacks.
   * Requests go one after another, so that versions follow each other.
   */
  live(id) {
    const next = this.line.then(() => this._live(id));
    this.line = next.catch(() => {});
    return next;
  }

  async _live(id) {
    let take = this._find(id);
    if (!take) throw new Error("This take is no longer here.");
    if (!this.has.has(id)) take = await this._restore(take);
    if (take.version > this.has.get(take.id)?.version) this.met(take); // another tab has changed it
    const known = this.has.get(take.id);
    if (known.notes === take.notes.solo) return { ...take, version: known.version };
    return this._send(take, known.version);
  }

  _find(id) {
    return this.store.state.takes.find((take) => take.id === id);
  }

  async _restore(take) {
    const answer = await api.restore(take);
    this.met(answer);
    const edited = take.edited && JSON.stringify(answer.notes.solo) !== JSON.stringify(take.notes.solo);
    const restored = edited ? { ...take, id: answer.id, version: answer.version } : { ...take, ...answer };
    this._replace(take.id, restored);
    return restored;
  }

  async _send(take, version) {
    let answer;
    try {
      answer = await api.edit({ ...take, version }, take.notes.solo, this.locked());
    } catch (error) {
      if (error.status === 409) return this._apart(take);
      if (error.status !== 404) throw error;
      this.has.delete(take.id);
      return this._live(take.id);
    }
    this.met(answer);
    const now = this._find(take.id);
    if (now && now.notes.solo === take.notes.solo) this._replace(take.id, { ...now, unsent: false, ...answer });
    else this.has.set(take.id, { notes: take.notes.solo, version: answer.version });
    return { ...take, ...answer };
  }

  /** Make a take of its own of an edit that comes later than one of another tab: none is lost. */
  async _apart(take) {
    const { id, version } = await api.restore(take);
    const answer = await api.edit({ id, version }, take.notes.solo, this.locked());
    this.met(answer);
    const own = { ...take, ...answer, unsent: false, kept: undefined };
    const theirs = { ...take, ...(await api.current(take)), unsent: false };
    this.met(theirs);
    this._replace(take.id, theirs);
    this.store.put({ takes: [...this.store.state.takes, own], current: own.id });
    this.store.dispatchEvent(new Event("apart"));
    return own;
  }

  _replace(id, take) {
    const { takes, current } = this.store.state;
    this.store.put({
      takes: takes.map((other) => (other.id === id ? take : other)),
      current: current === id ? take.id : current,
    });
  }
}
