/* A whole folder: says which folder each file lies in, leaves hidden files and locks of open workbooks out, and counts
   the rest. Browsers that cannot choose folders take single files there; without this, files are told by their names. */
(function () {
  "use strict";
  function isLitter(path) {
    return path.split("/").some(function (part) {
      return part.charAt(0) === "." || part.slice(0, 2) === "~$" || part === "__MACOSX";
    });
  }
  function path(file) { return file.webkitRelativePath || file.name; }

  function take(field) {
    var chosen = Array.prototype.slice.call(field.files);
    var files = chosen.filter(function (file) { return !isLitter(path(file)); });
    if (files.length < chosen.length && typeof DataTransfer === "function") {
      var kept = new DataTransfer();
      files.forEach(function (file) { kept.items.add(file); });
      chosen = files;
      field.files = kept.files;
    }
    field.form.elements[field.dataset.folder].value = chosen.map(path).join("\n");
    var told = field.parentNode.querySelector("[data-told]");
    if (!told) {
      told = document.createElement("p");
      told.className = "errorlist";
      told.setAttribute("data-told", "");
      told.setAttribute("role", "status");
      field.parentNode.appendChild(told);
    }
    told.textContent = files.length > Number(field.dataset.most) ? field.dataset.tooMany : "";
    field.setCustomValidity(told.textContent);
  }

  document.addEventListener("change", function (event) {
    if (event.target.dataset && event.target.dataset.folder) { take(event.target); }
  });
  /* What is surely refused need not be sent first. */
  document.addEventListener("submit", function (event) {
    var field = event.target.querySelector("input[data-folder]");
    if (field && field.validationMessage) {
      event.preventDefault();
      event.stopImmediatePropagation();
      field.focus();
    }
  }, true);
})();
