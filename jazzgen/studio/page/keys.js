// Keys that work anywhere on the page, except while something is typed.

const $ = (id) => document.getElementById(id);

const REPEATED = ["+", "=", "-"]; // keys that go on while they are held down

const isTyping = (target) => target.matches("input:not([type=range]):not([type=checkbox]), textarea, select");

/** Whether Space presses what has the focus; bars and takes are pressed by Enter alone. */
const pressesItself = (target) => target.closest("button, summary, input:not([type=range])") && !target.closest("#play, .take, .chords");

/** What the mouse has pressed does not keep the keys: Space plays, and G generates. */
function release() {
  let pointed = null;
  addEventListener("pointerdown", (event) => (pointed = event.target), true);
  addEventListener("keydown", () => (pointed = null), true);
  addEventListener("click", (event) => {
    const button = event.target.closest("button, summary, input[type=checkbox]");
    if (event.detail && button && !button.closest("dialog, #grid")) button.blur();
  });
  addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=range]") && event.target === pointed) event.target.blur();
  });
}

export function listen(app) {
  release();
  addEventListener("keyup", (event) => {
    if (event.key === " " && !isTyping(event.target) && !pressesItself(event.target)) event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const undo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (undo && !isTyping(event.target)) {
      event.preventDefault();
      if (event.shiftKey) app.store.redo();
      else app.store.undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const action = actionFor(event, app);
    if (!action) return;
    event.preventDefault();
    if (!event.repeat || REPEATED.includes(event.key)) action();
  });
}

function actionFor(event, app) {
  const { key, target } = event;
  if (/^[1-9]$/.test(key)) {
    const take = app.store.state.takes[Number(key) - 1];
    return take && (() => app.choose(take.id));
  }
  if (key === " ") return pressesItself(target) ? null : () => app.transport.toggle();
  return {
    g: () => app.making.generate(),
    r: () => (event.shiftKey ? app.making.rest() : app.making.again()),
    x: () => app.compare(),
    l: () => app.transport.toggleLoop(),
    k: () => $("keep").click(),
    e: () => app.sheet.grid.edit(0),
    home: () => app.transport.seek(app.transport.player.loop?.from ?? 0),
    "+": () => app.roll.zoom(1.4),
    "=": () => app.roll.zoom(1.4),
    "-": () => app.roll.zoom(1 / 1.4),
    "?": () => app.dialogs.keys(),
    escape: () => app.roll.select(null),
  }[key.toLowerCase()];
}
