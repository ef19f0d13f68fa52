// What stands between words that are put together, in the language of the page.

const [COLON, COMMA, LISTED, OPENS, CLOSES] = document.documentElement.lang.startsWith("zh")
  ? ["：", "，", "、", "（", "）"]
  : [": ", ", ", ", ", " (", ")"];

export { COLON, COMMA, LISTED };

/** Return a name with a note in brackets. */
export const noted = (name, note) => `${name}${OPENS}${note}${CLOSES}`;
