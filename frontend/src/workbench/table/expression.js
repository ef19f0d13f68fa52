// The field expressions are written in, in place of the library's own: that one judges by another dialect and speaks
// English, while what may stand in a cell is decided by the server.
import { Component, createVNode } from "inferno";
import { feelField } from "../feel.js";

const [ELEMENT, NO_CHILDREN] = [1, 1];

/** Return what is written at a place: the tests of an input, a value, or a whole expression. */
function kindAt(node) {
  if (node.closest("td.input-cell")) return "unary";
  return node.closest("td.output-cell") ? "value" : "expression";
}

/** Make the field itself; the selection of cells looks for what can be edited by `contenteditable`. */
function field(label, placeholder) {
  const made = document.createElement("textarea");
  made.className = "gf-expression";
  made.rows = 1;
  made.spellcheck = false;
  made.placeholder = placeholder ?? "";
  made.setAttribute("aria-label", label);
  made.setAttribute("contenteditable", "false");
  for (const name of ["mousedown", "click"]) made.addEventListener(name, (event) => event.stopPropagation());
  return made;
}

/** Stand in for `dmn-js-shared/lib/components/LiteralExpression`, with the same properties. */
export default class Expression extends Component {
  componentDidMount() {
    this.field = field(this.props.label, this.props.placeholder);
    this.field.value = this.props.value ?? "";
    this.field.addEventListener("input", (event) => event.isComposing || this.tell());
    this.field.addEventListener("compositionend", () => this.tell());
    this.field.addEventListener("focus", () => this.props.onFocus?.());
    this.field.addEventListener("blur", () => this.leave());
    this.node.append(this.field);
    this.grow();
    const place = document.querySelector("[data-editor]");
    const more = () => (this.props.variables ?? []).map((one) => one.name);
    feelField(this.field, { place, kind: kindAt(this.node), more });
    this.field.addEventListener("keydown", (event) => this.press(event));
    if (this.props.autoFocus) this.field.focus();
  }

  componentDidUpdate() {
    const { value } = this.props;
    if (value !== undefined && value !== this.field.value) this.field.value = value;
    this.grow();
  }

  /** Be as high as the text, line breaks of the screen counted. */
  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  tell() {
    this.props.onInput?.(this.field.value);
    this.grow();
  }

  /** Let Enter go on to the next cell, and with Ctrl begin a new line. */
  press(event) {
    const { ctrlForNewline, singleLine } = this.props;
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !(ctrlForNewline || singleLine)) return;
    event.preventDefault();
    if (singleLine || !(event.ctrlKey || event.metaKey)) return;
    event.stopPropagation();
    this.field.setRangeText("\n", this.field.selectionStart, this.field.selectionEnd, "end");
    this.tell();
  }

  leave() {
    const { onBlur, onChange, value } = this.props;
    if (onChange && this.field.value !== value) onChange(this.field.value);
    onBlur?.();
  }

  render() {
    const keep = (node) => {
      this.node = node ?? this.node;
    };
    const name = `literal-expression ${this.props.className ?? ""}`;
    return createVNode(ELEMENT, "div", name, null, NO_CHILDREN, null, null, keep);
  }
}
