/* Choosing all findings of a group at once; without it each is ticked by hand. */
(function () {
  "use strict";
  document.addEventListener("change", function (event) {
    var group = event.target.dataset && event.target.dataset.chooses;
    if (!group) { return; }
    document.getElementById(group).querySelectorAll('input[name="finding"]').forEach(function (box) {
      box.checked = event.target.checked;
    });
  });
})();
