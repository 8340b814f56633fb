// Put a text on the clipboard. Browsers give pages without a secure address none; the old way, a selected text field,
// works there too.
async function copyText(text) {
  try { await navigator.clipboard.writeText(text); }
  catch (refused) {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
