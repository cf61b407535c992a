// Runs in the page before anything else: notes on the page's own clock (performance.now()) when things happen.
// It only looks; it changes nothing that the app could notice, but for `press`, which is the soak's finger.
(() => {
  const at = {};
  const watched = new Map();
  const waiting = new Map();
  const socket = { frames: 0, bytes: 0 };
  const field = () => document.querySelector('[data-testid="stChatInputTextArea"]');

  const note = (name, when) => {
    at[name] = when;
    waiting.get(name)?.(when);
    waiting.delete(name);
  };

  const look = () => {
    if (watched.size === 0) return;
    const text = document.querySelector('[data-testid="stMainBlockContainer"]')?.textContent ?? "";
    for (const [name, { wanted, then }] of watched) {
      if (!text.includes(wanted)) continue;
      watched.delete(name);
      then?.();
      note(name, performance.now());
    }
  };

  const usable = () => {
    const box = field();
    if (at.usable !== undefined || !box || box.disabled) return;
    if (box.getClientRects().length > 0) note("usable", performance.now());
  };

  const mutated = () => {
    look();
    usable();
  };
  const everything = { childList: true, subtree: true, characterData: true, attributes: false };
  new MutationObserver(mutated).observe(document, everything);

  addEventListener("keydown", (e) => e.key === "Enter" && note("enter", e.timeStamp), true);
  addEventListener("click", (e) => note("click", e.timeStamp), true);

  // Counted here and not through the debugger, whose copies of every frame would be main thread time.
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        socket.frames += 1;
        socket.bytes += data.byteLength ?? data.size ?? data.length;
      });
    }
  };

  const state = () =>
    document.querySelector('[data-testid="stApp"]')?.getAttribute("data-test-script-state");

  window.bench = {
    socket,
    forget: (name) => delete at[name],
    watch: (name, wanted, then) => {
      delete at[name];
      watched.set(name, { wanted, then });
      look();
    },
    when: (name, patience) =>
      new Promise((resolve) => {
        if (at[name] !== undefined) return resolve(at[name]);
        waiting.set(name, resolve);
        setTimeout(() => resolve(null), patience);
      }),
    // The script has not run for so many milliseconds.
    settled: (quiet, patience) =>
      new Promise((resolve) => {
        const began = performance.now();
        let since = null;
        const timer = setInterval(() => {
          const now = performance.now();
          since = state() === "notRunning" ? (since ?? now) : null;
          const done = since !== null && now - since >= quiet;
          if (!done && now - began < patience) return;
          clearInterval(timer);
          resolve(done);
        }, 10);
      }),
    press: () =>
      field().dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }),
      ),
  };
})();
