/* Keeps what is typed into a form with data-keep until it is saved, in this tab only: a session that has expired, a
   page that was left, lose nothing. A cell that has been changed since has another name, and is left as it is. */
(function () {
  "use strict";
  function kept(key) {
    try { return JSON.parse(sessionStorage.getItem(key) || "{}"); } catch (error) { return {}; }
  }
  document.querySelectorAll("form[data-keep]").forEach(function (form) {
    var key = "typed:" + form.dataset.keep;
    var typed = kept(key);
    var restored = false;
    Array.prototype.forEach.call(form.elements, function (field) {
      if (field.type === "hidden" || !field.name || typed[field.name] === undefined) { return; }
      if (field.value !== typed[field.name]) { field.value = typed[field.name]; restored = true; }
    });
    var told = form.querySelector("[data-kept]");
    if (told && restored) { told.hidden = false; }
    form.addEventListener("input", function (event) {
      var now = kept(key);
      if (event.target.value === event.target.defaultValue) { delete now[event.target.name]; } else { now[event.target.name] = event.target.value; }
      sessionStorage.setItem(key, JSON.stringify(now));
    });
  });
})();
