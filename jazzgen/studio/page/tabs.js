// Two tabs on one work: what the other one has changed is told, and the user decides.

const $ = (id) => document.getElementById(id);

export class Tabs {
  constructor(app) {
    this.app = app;
    this.theirs = null;
    app.store.addEventListener("elsewhere", (event) => this._changed(event.detail));
    $("tabs-take").addEventListener("click", () => {
      app.store.change(this.theirs);
      $("tabs").close();
    });
    $("tabs-keep").addEventListener("click", () => {
      $("tabs").close();
      app.store.save();
    });
  }

  /** @param {?{chart: object, settings: object}} theirs null where the charts are the same */
  _changed(theirs) {
    this.theirs = theirs;
    if (!theirs) $("tabs").close();
    else if (!$("tabs").open) $("tabs").showModal();
  }
}
