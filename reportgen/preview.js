(() => {
  const note = document.createElement("pre");
  note.id = "reportgen-preview";
  note.setAttribute("role", "alert");
  Object.assign(note.style, {position: "fixed", inset: "0 0 auto 0", zIndex: "1000", margin: "0",
    padding: "12px 20px", maxHeight: "50vh", overflow: "auto", whiteSpace: "pre-wrap",
    font: "14px/1.5 monospace", color: "#fff", background: "#8c1d18"});
  const show = (text) => {
    note.textContent = text;
    if (text) document.body.append(note); else note.remove();
  };
  const version = document.currentScript.dataset.version;
  const ask = async () => {
    try {
      const state = await (await fetch("/state", {cache: "no-store"})).json();
      if (state.version !== version) location.reload();
      show(state.error);
    } catch {
      show("reportgen watch is not running any more.");
    }
    setTimeout(ask, 400);
  };
  ask();
})();
