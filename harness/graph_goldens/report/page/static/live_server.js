// What the page asks its server for, and what it hears from it.

const READ_ONLY = document.documentElement.dataset.readOnly === "true";
const RETRY = 1000; // milliseconds between attempts to hear from a server that is gone

/** Why the server did not do something. */
class Refusal extends Error {
  constructor(status, problem) {
    super(problem);
    this.status = status;
  }
}

async function ask(path) {
  return readAnswer(await fetchOrRefuse(path, {}));
}

async function send(path, content) {
  const body = JSON.stringify(content);
  const headers = { "Content-Type": "application/json" };
  return readAnswer(await fetchOrRefuse(path, { method: "POST", headers, body }));
}

async function fetchOrRefuse(path, options) {
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Refusal(0, "the server does not answer, so nothing was done; it may have been ended");
  }
}

async function readAnswer(response) {
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, content.problem ?? `the server answered with ${response.status}`);
  return content;
}

/** Values that last as long as this tab does, a reload included. */
const kept = {
  read(name, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem(`graph-goldens-${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  write(name, value) {
    try {
      sessionStorage.setItem(`graph-goldens-${name}`, JSON.stringify(value));
    } catch {
      // A browser may forbid storage; a reload then begins anew.
    }
  },
};

/**
 * What names this tab to the server, so that others hear that somebody else answered. It is made anew whenever the page
 * is loaded: what a tab keeps is copied to a tab that is duplicated from it, and both would be one.
 */
function nameSelf() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Hear from the server for ever: `opened` when it is there, `lost` with a sentence when it is not.
 * A tab that nobody sees lets go, since a browser keeps few connections to one server.
 */
function listen({ opened, lost, events }) {
  let source = null;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (source || document.hidden) return;
    const own = (source = new EventSource("/api/events"));
    own.addEventListener("open", opened);
    for (const [name, act] of Object.entries(events)) own.addEventListener(name, (event) => act(JSON.parse(event.data)));
    own.addEventListener("error", async () => {
      if (own !== source) return;
      close();
      lost(await explainLoss());
      setTimeout(open, RETRY);
    });
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

async function explainLoss() {
  try {
    await ask("/api/check");
    return "";
  } catch (refusal) {
    if (refusal.status === 401) return "The server was started anew with another token: open the address that it printed.";
    return "The server does not answer; it is tried again. Nothing that was answered is lost.";
  }
}
