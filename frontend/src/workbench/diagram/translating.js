// The language of the library's own words. What has no translation is collected, so that a test can tell.
import { ZH } from "./zh.js";

/** The words nobody has translated yet. */
export const missed = new Set();

/** Return the module that speaks the language of the page. */
export function translating(language) {
  const isChinese = language.startsWith("zh");
  const translate = (text, values = {}) => {
    if (isChinese && text && !Object.hasOwn(ZH, text)) missed.add(text);
    const said = isChinese ? (ZH[text] ?? text) : text;
    return said.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
  return { translate: ["value", translate] };
}
