// What leaves the page: downloads, kept takes and the MIDI file that can be dragged.

import * as api from "./api.js";

const $ = (id) => document.getElementById(id);

export class Output {
  constructor(app) {
    this.app = app;
    $("download").addEventListener("click", () => this._download());
    $("download-all").addEventListener("click", () => this._download(this.together));
    $("format").addEventListener("change", () => this._several());
    $("reveal").addEventListener("click", () => this._reveal());
    $("keep").addEventListener("click", () => this._keep());
    $("drag").addEventListener("pointerenter", () => this._ready());
    $("drag").addEventListener("focus", () => this._ready());
    $("drag").addEventListener("dragstart", (event) => {
      if (this.file) event.dataTransfer.setData("DownloadURL", `audio/midi:${this.file.name}:${this.file.url}`);
    });
  }

  fill(known) {
    const formats = [...(known.formats ?? [])].sort((a, b) => Number(b.name === "mid") - Number(a.name === "mid"));
    this.formats = formats;
    $("format").replaceChildren(...formats.map((format) => {
      const option = new Option(`${format.title} (${format.suffix ?? format.name})`, format.name);
      option.disabled = format.available === false;
      if (option.disabled) option.text += ` – ${format.missing ?? "not installed"}`;
      return option;
    }));
    this.folder = known.folder;
    if (this.take) this.show(this.take);
  }

  show(take) {
    this.take = take;
    $("drag").hidden = !("draggable" in document.body);
    $("kept").textContent = take.kept ? `Kept in ${take.kept}.` : this.folder ? `Kept takes go to ${this.folder}.` : "";
    if (this.file) URL.revokeObjectURL(this.file.url);
    this.file = null;
    this._several();
  }

  /** The takes that can share a file with the current one: those over the same bars, it first. */
  get together() {
    const shape = (take) => JSON.stringify([take.tempo, take.bars.map((bar) => [bar.beats, bar.chords.map((chord) => chord.symbol)])]);
    const own = shape(this.take);
    const { takes } = this.app.store.state;
    return [this.take, ...takes.filter((take) => take.id !== this.take.id && shape(take) === own)];
  }

  _several() {
    const format = this.formats?.find((one) => one.name === $("format").value);
    const count = this.take ? this.together.length : 0;
    $("download-all").disabled = !format?.takes || count < 2;
    $("download-all").title = format?.takes ? "A track for each take over this chart, and the band of this one" : "This format holds one take";
    $("download-all").textContent = count > 1 && format?.takes ? `All ${count} takes in one file` : "All takes in one file";
  }

  _options() {
    return { transpose: this.app.store.state.view.transpose };
  }

  _fetch(format, takes = [this.app.store.take]) {
    return this.app.shared.with(takes.map((take) => take.id), (live) => api.download(live, format, this._options()));
  }

  async _download(takes) {
    try {
      this.app.say("");
      document.body.classList.add("writing");
      const { blob, name } = await this._fetch($("format").value, takes);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      this.app.tell(error);
    } finally {
      document.body.classList.remove("writing");
    }
  }

  async _reveal() {
    try {
      await api.reveal();
    } catch (error) {
      $("kept").textContent = error.message;
    }
  }

  async _keep() {
    const { take } = this.app.store;
    if (!take) return;
    try {
      const { folder, files, id } = await this.app.shared.with([take.id], async ([live]) => (
        { id: live.id, ...(await api.keep(live, ["mid"], this._options())) }
      ));
      const takes = this.app.store.state.takes.map((other) => (other.id === id ? { ...other, kept: folder } : other));
      this.app.store.put({ takes });
      $("kept").textContent = `Kept as ${files.join(", ")} in ${folder}.`;
    } catch (error) {
      this.app.tell(error);
    }
  }

  /** Fetch the MIDI file before it is dragged: a drag cannot wait. */
  async _ready() {
    if (this.file || !this.app.store.take) return;
    try {
      const { blob, name } = await this._fetch("mid");
      this.file = { name, url: URL.createObjectURL(blob) };
      $("drag").href = this.file.url;
      $("drag").download = name;
    } catch (error) {
      this.app.tell(error);
    }
  }
}
