// The texts of an offline page, which are packed: they are unpacked once, behind what is shown first.

let unpacking = null;

/** Unpack the texts, and give what is waited for until they are there. */
function unpackTexts() {
  unpacking ??= readPacked(document.getElementById("report-texts"));
  return unpacking;
}

async function readPacked(element) {
  const letters = atob(element.textContent);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  TEXTS = await new Response(stream).json();
  element.remove();
}
