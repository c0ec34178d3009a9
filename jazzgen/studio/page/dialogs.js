// The library, pasting and opening charts, and the sheet of keys.

import * as api from "./api.js";
import { readChart } from "./chart.js";
import { pretty } from "./takes.js";

const $ = (id) => document.getElementById(id);

const LARGEST = 10_000_000; // bytes that the studio takes

const KEYS = [
  ["G", "Generate a take"], ["Space", "Play and stop"], ["R", "Regenerate the selected bars: new notes"], ["Shift R", "Keep the selected bars and regenerate all others"],
  ["1 – 9", "Change to a take, also while it plays"], ["X", "The other of two takes: compare them"], ["L", "Loop over the selected bars, or the whole take"], ["Home", "Back to the beginning"],
  ["B, then [ ]", "In the roll: select the bar at the playhead, fewer or more bars"], ["← →", "In the roll: choose a note"],
  ["↑ ↓", "Move it by a semitone; with Shift by an octave"], ["Shift ← →", "Move it in time"], ["Alt ← →", "Shorten or lengthen it"],
  ["Alt and the mouse", "Move a note off the grid"], ["N", "Add a note at the playhead"], ["Delete", "Delete the note, or the take that has the focus"], ["+  −", "Zoom: the finer it shows, the finer notes move"],
  ["K", "Keep the take in your folder"], ["E", "Type into the first bar"], ["Ctrl Z, Ctrl Shift Z", "Undo, redo"], ["Esc", "Leave a bar; clear the selection"], ["?", "This sheet"],
];

function rows(list, items, label, choose) {
  list.replaceChildren(...items.map((item) => {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    const [name, fact] = label(item);
    const small = document.createElement("small");
    small.textContent = fact;
    button.append(name, small);
    button.addEventListener("click", () => choose(item));
    entry.append(button);
    return entry;
  }));
}

/** @param {{use: (read: object) => void}} app `use` takes a chart that the server has read */
export class Dialogs {
  constructor(app) {
    this.app = app;
    this.file = null;
    const list = $("keys-list");
    for (const [key, what] of KEYS) {
      const term = document.createElement("dt");
      const shown = document.createElement("kbd");
      shown.textContent = key;
      term.append(shown);
      const meaning = document.createElement("dd");
      meaning.textContent = what;
      list.append(term, meaning);
    }
    $("keys-open").addEventListener("click", () => this.keys());
    $("library-open").addEventListener("click", () => this.library());
    $("library-search").addEventListener("input", () => this._filter());
    $("paste-open").addEventListener("click", () => this.paste());
    $("paste-use").addEventListener("click", () => this._read($("paste-text").value));
    $("paste-file").addEventListener("change", (event) => event.target.files[0] && this.open(event.target.files[0]));
    this._drops();
  }

  keys() {
    $("keys").showModal();
  }

  library() {
    $("library-search").value = "";
    this._filter();
    $("library").showModal();
  }

  paste(text = "") {
    $("paste-text").value = text;
    $("paste-error").textContent = "";
    $("paste-songs").replaceChildren();
    $("paste-search").hidden = true;
    if (!$("paste").open) $("paste").showModal();
    $("paste-text").focus();
  }

  _filter() {
    const wanted = $("library-search").value.toLowerCase();
    const recent = this.app.store.state.recent.map((chart) => ({ ...chart, recent: true }));
    const found = [...recent, ...(this.app.known.charts ?? [])].filter((chart) => chart.title.toLowerCase().includes(wanted));
    rows($("library-list"), found, (chart) => [
      chart.title, chart.recent ? "yours" : [chart.key && pretty(chart.key), chart.bars && `${chart.bars} bars`, chart.feel, chart.tempo && `♩ = ${chart.tempo}`].filter(Boolean).join(" · "),
    ], (chart) => {
      $("library").close();
      this._read(chart.text ?? chart.name);
    });
  }

  _drops() {
    const { body } = document;
    addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].some((type) => type === "Files" || type.startsWith("text/"))) return;
      event.preventDefault();
      body.classList.add("dropping");
    });
    addEventListener("dragleave", (event) => event.relatedTarget || body.classList.remove("dropping"));
    addEventListener("drop", (event) => {
      event.preventDefault();
      body.classList.remove("dropping");
      const [file] = event.dataTransfer.files;
      const text = event.dataTransfer.getData("text");
      if (file) this.open(file);
      else if (text) this._read(text);
    });
  }

  open(file) {
    this.file = file;
    if (file.size > LARGEST) {
      this._fail(new Error(`${file.name}: is larger than ${LARGEST / 1e6} MB`));
      return null;
    }
    return this._ask(() => api.readFile(file), (song) => api.readFile(file, song));
  }

  _read(text) {
    if (text.trim()) this._ask(() => api.readChart(text), (song) => api.readChart(text, song), text);
  }

  /** Read a chart; where several songs are found, let the user choose one. */
  async _ask(first, one, written = "") {
    try {
      const read = await first();
      if (read.songs && read.songs.length !== 1) {
        if (!$("paste").open) this.paste();
        this._songs(read.songs, one);
        return;
      }
      this._use(read.songs ? await one(read.songs[0].number) : read, written);
    } catch (error) {
      this._fail(error);
    }
  }

  /** Show the songs of a playlist, with a field to search them; a choice reads one. */
  _songs(songs, one) {
    const search = $("paste-search");
    search.hidden = songs.length < 8;
    search.value = "";
    const list = () => {
      const wanted = search.value.toLowerCase();
      const found = songs.filter((song) => `${song.title} ${song.composer ?? ""}`.toLowerCase().includes(wanted));
      rows($("paste-songs"), found, (song) => [song.title, song.error ?? song.composer ?? ""], async (song) => {
        this._use(await one(song.number).catch((error) => this._fail(error)));
      });
    };
    search.oninput = list;
    list();
    if (search.hidden) $("paste-songs").querySelector("button")?.focus();
    else search.focus();
  }

  /** @param {string} written the text that was read, whose repeats stay as they are written */
  _use(read, written = "") {
    if (!read) return;
    if (read.errors?.length) {
      this._fail(read.errors[0]);
      return;
    }
    if ($("paste").open) $("paste").close();
    this.app.say("");
    this.app.use(read, { written: readChart(read.written ?? written).bars });
  }

  _fail(error) {
    if ($("paste").open) $("paste-error").textContent = error.message;
    else this.app.say(error.message);
  }
}
