// Comes after a page's own script: until that listens, nothing on the page can be pressed in vain.
document.getElementById("main").removeAttribute("inert");
