// A task of the list is shown on both maps.
document.addEventListener("click", (event) => {
  const task = event.target.dataset?.task;
  if (!task) return;
  for (const frame of document.querySelectorAll("iframe")) frame.contentWindow.location.hash = new URLSearchParams({ task });
  document.querySelector(".pair").scrollIntoView({ block: "nearest" });
});
