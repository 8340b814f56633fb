// The arrows of the side bar have no name in the theme: each is called after the page whose list it opens.
for (const arrow of document.querySelectorAll(".bd-links summary")) {
  const page = arrow.closest("li").querySelector(":scope > a");
  arrow.setAttribute("aria-label", `Pages below: ${page.textContent.trim()}`);
}
