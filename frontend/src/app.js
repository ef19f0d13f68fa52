// The small script of every page. Each page works without it; it saves typing, waiting and data.
import "./app.css";
import "htmx.org/dist/htmx.esm.js";
import { keepDrafts } from "./drafts.js";
import { findChoices } from "./finding.js";
import { foldNarrow } from "./folds.js";
import { hideLive } from "./hiding.js";
import { openInPane } from "./inbox.js";
import { followTyping } from "./marks.js";
import { closeMenus, fillDemoAccount, showCurrentTab } from "./menus.js";
import { shrinkPhotos } from "./photos.js";
import { addRows } from "./rows.js";
import { guardSubmits } from "./submits.js";
import { sumChosen } from "./totals.js";

closeMenus();
showCurrentTab();
fillDemoAccount();
guardSubmits();
hideLive();
foldNarrow();
findChoices();
sumChosen();
addRows();
shrinkPhotos();
keepDrafts();
followTyping();
openInPane();
document.documentElement.dataset.ready = "yes";
