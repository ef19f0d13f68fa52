// The library's list to choose from, showing what is chosen in words instead of the value in the file.
import InputSelect from "dmn-js-shared/lib/components/InputSelect.js";

/** Stand in for `dmn-js-shared/lib/components/InputSelect`: a type is chosen, never typed. */
export default class Choice extends InputSelect {}

Choice.defaultProps = { noInput: true };
