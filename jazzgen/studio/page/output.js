// What leaves the page: downloads, kept takes and the MIDI file that can be dragged.

import * as api from "./api.js";

const $ = (id) => document.getElementById(id);

export class Output {
  constructor(app) {
    this.app = app;
    $("download").addEventListener("click", () => this._download());
    $("keep").addEventListener("click", () => this._keep());
    $("drag").addEventListener("pointerenter", () => this._ready());
    $("drag").addEventListener("focus", () => this._ready());
    $("drag").addEventListener("dragstart", (event) => {
      if (this.file) event.dataTransfer.setData("DownloadURL", `audio/midi:${this.file.name}:${this.file.url}`);
    });
  }

  fill(known) {
    const formats = [...(known.formats ?? [])].sort((a, b) => Number(b.name === "mid") - Number(a.name === "mid"));
    $("format").replaceChildren(...formats.map((format) => {
      const option = new Option(`${format.title} (${format.suffix ?? format.name})`, format.name);
      option.disabled = format.available === false;
      if (option.disabled) option.text += ` – ${format.missing ?? "not installed"}`;
      return option;
    }));
    this.folder = known.folder;
  }

  show(take) {
    $("drag").hidden = !("draggable" in document.body);
    $("kept").textContent = take.kept ? `Kept in ${take.kept}.` : this.folder ? `Kept takes go to ${this.folder}.` : "";
    if (this.file) URL.revokeObjectURL(this.file.url);
    this.file = null;
  }

  _options() {
    return { transpose: this.app.store.state.view.transpose };
  }

  async _fetch(format) {
    return api.download(await this.app.shared.live(this.app.store.state.current), format, this._options());
  }

  async _download() {
    try {
      this.app.say("");
      const { blob, name } = await this._fetch($("format").value);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      this.app._tell(error);
    }
  }

  async _keep() {
    const { take } = this.app.store;
    if (!take) return;
    try {
      const live = await this.app.shared.live(take.id);
      const { folder, files } = await api.keep(live, ["mid"], this._options());
      const takes = this.app.store.state.takes.map((other) => (other.id === live.id ? { ...other, kept: folder } : other));
      this.app.store.put({ takes });
      $("kept").textContent = `Kept as ${files.join(", ")} in ${folder}.`;
    } catch (error) {
      this.app._tell(error);
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
      this.app._tell(error);
    }
  }
}
