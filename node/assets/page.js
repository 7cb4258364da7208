// Comfort only: every screen works without it. Holds nothing, stores nothing, asks nobody.
"use strict";

// A form that was sent is not sent again by a second tap. The node would answer the same; the person is calmer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  // The button that was pressed has to go along, so it is put out only after the form was read.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
});

// A screen that a browser kept in memory is asked for again: it may be over by now.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
