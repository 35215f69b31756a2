// What Python has sent, as one object. What stays the same (Fixed in mounting.py) is read when it is new.

const fixedParts = new WeakMap();

function told(data, parentElement) {
  if (!(data instanceof Uint8Array)) return data;
  const end = data.indexOf(10), read = bytes => JSON.parse(new TextDecoder().decode(bytes)), now = read(data.subarray(0, end));
  let kept = fixedParts.get(parentElement);
  if (kept?.version !== now.fixed) fixedParts.set(parentElement, kept = { version: now.fixed, data: read(data.subarray(end + 1)) });
  return { ...kept.data, ...now };
}
