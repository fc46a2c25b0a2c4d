/* Maps of catchments: a place is dragged to another school. Everything works by forms and links without this. */
(function () {
  "use strict";
})();
