// The address of a page of its own: what it names when the page is opened, and what it is to say from then on.
const readAddress = () => Object.fromEntries(new URLSearchParams(window.location.search));

function writeAddress(address) {
  const other = new URL(window.location.href);
  other.search = new URLSearchParams(address).toString();
  window.history.replaceState(null, "", other);
}
