// A task of the list is shown on both maps.
document.addEventListener("click", (event) => {
  const task = event.target.dataset?.task;
  if (!task) return;
  for (const frame of document.querySelectorAll("iframe")) {
    const address = new URL(frame.src); // only the part after # changes: a page that is there stays
    address.hash = new URLSearchParams({ task });
    frame.src = address;
  }
  document.querySelector(".pair").scrollIntoView({ block: "nearest" });
});
