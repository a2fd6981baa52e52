"use strict";
// Before anything is shown: what needs JavaScript may appear, and a chosen colour scheme holds from the start.
document.documentElement.classList.add("js");
try {
  const chosen = localStorage.getItem("graph-goldens-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser may forbid storage to files; the system's scheme holds then.
}
