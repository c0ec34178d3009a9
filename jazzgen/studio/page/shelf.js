// The takes in the browser's database, each on its own, so that storing one is quick and there is
// room for hundreds.

const NAME = "jazzgen.studio";
const TAKES = "takes";

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TAKES, { keyPath: "id" });
  return done(request);
}

export class Shelf {
  /** Open the database; a browser that allows none gets a shelf that keeps nothing. */
  static async open() {
    try {
      return new Shelf(await opened());
    } catch {
      return new Shelf(null);
    }
  }

  constructor(base) {
    this.base = base;
    this.last = Promise.resolve();
  }

  /** Return all takes by their ids. */
  async all() {
    if (!this.base) return new Map();
    const takes = await done(this.base.transaction(TAKES).objectStore(TAKES).getAll());
    return new Map(takes.map((take) => [take.id, take]));
  }

  /** Store what differs between two lists of takes. */
  change(before, after) {
    if (!this.base || before === after) return;
    const known = new Map(before.map((take) => [take.id, take]));
    const places = this.base.transaction(TAKES, "readwrite").objectStore(TAKES);
    for (const take of after) {
      if (known.get(take.id) !== take) places.put(take);
      known.delete(take.id);
    }
    for (const id of known.keys()) places.delete(id);
  }
}
