// The language of the page, for screen readers and hyphenation.
export default function ({ data }) {
  if (data) document.documentElement.lang = data.language;
}
