// A hurried hand: what is pressed twice at once is pressed once, and a form on its way is not sent again.
const AGAIN_MS = 5000; // a page that did not come by then may be asked for again

// Buttons of which each press counts, such as undo, say data-many.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (event.detail < 2 || !button || "many" in button.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
// A key that is held down presses once.
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target.closest?.("button, form")) event.preventDefault();
}, true);
document.addEventListener("submit", ({ target, submitter }) => {
  if (target.method !== "post" || !submitter) return;
  setTimeout(() => { submitter.disabled = true; }); // it is on its way by then
  setTimeout(() => { submitter.disabled = false; }, AGAIN_MS);
});
