// The colour scheme, and commands that are copied.

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function nameScheme() {
  document.getElementById("theme").textContent = isDark() ? "Light" : "Dark";
}

function changeScheme() {
  const scheme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = scheme;
  nameScheme();
  try {
    localStorage.setItem("graph-goldens-theme", scheme);
  } catch {
    // A browser may forbid storage to files; the choice then lasts as long as the page.
  }
}

async function copyCommand(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

/** Let the button change the scheme, and say what it changes to. */
function beginScheme() {
  document.getElementById("theme").addEventListener("click", changeScheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameScheme);
  nameScheme();
}

/** Let the button beside each command copy it. */
function beginCopying() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".copy");
    if (button) copyCommand(button);
  });
}
