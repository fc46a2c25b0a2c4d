/* A place is dragged to another school on the map; the form beside it is filled in and sent. Everything works by the
   form and by links without this. Bound to the document, since htmx puts in new maps. */
(function () {
  "use strict";
  var page = document;
  var FAR = 6;
  var held = null;
  var quiet = false;

  function shape(target) { return target && target.closest ? target.closest("[data-drag-places] [data-place]") : null; }

  function under(x, y) {
    var found = page.elementFromPoint(x, y);
    var target = found && found.closest ? found.closest("[data-drag-places] [data-school]") : null;
    return target ? target.dataset.school.split(" ")[0] : "";
  }

  function label(select, value) {
    var option = Array.prototype.find.call(select.options, function (one) { return one.value === value; });
    return option ? option.textContent.trim() : "";
  }

  function mark(box, school) {
    box.querySelectorAll(".is-target").forEach(function (one) { one.classList.remove("is-target"); });
    if (!school) { return; }
    box.querySelectorAll("[data-place]").forEach(function (one) {
      if (one.dataset.school.split(" ").indexOf(school) >= 0) { one.classList.add("is-target"); }
    });
  }

  function drop() {
    if (!held) { return; }
    held.box.classList.remove("is-dragging");
    held.path.classList.remove("is-held");
    mark(held.box, "");
    held = null;
  }

  page.addEventListener("dragstart", function (event) {
    if (shape(event.target) || (event.target.querySelector && event.target.querySelector("[data-place]"))) { event.preventDefault(); }
  });

  page.addEventListener("pointerdown", function (event) {
    var path = shape(event.target);
    quiet = false;
    if (!path || event.button !== 0) { return; }
    /* On a touch screen the map scrolls, unless the place was chosen before. */
    if (event.pointerType === "touch" && !path.classList.contains("is-chosen")) { return; }
    held = { path: path, box: path.closest("[data-drag-places]"), x: event.clientX, y: event.clientY, moving: false, to: "" };
  });

  page.addEventListener("pointermove", function (event) {
    if (!held) { return; }
    if (!held.moving && Math.abs(event.clientX - held.x) + Math.abs(event.clientY - held.y) < FAR) { return; }
    held.moving = true;
    held.box.classList.add("is-dragging");
    held.path.classList.add("is-held");
    var to = under(event.clientX, event.clientY);
    if (to === held.to) { return; }
    held.to = to;
    mark(held.box, to);
    var form = page.getElementById("move-form");
    var told = page.querySelector("[data-drag-told]");
    told.textContent = to ? label(form.elements.place, held.path.dataset.place) + " → " + label(form.elements.school, to) : "";
  });

  page.addEventListener("pointerup", function () {
    if (!held) { return; }
    var moved = held;
    drop();
    if (!moved.moving) { return; }
    quiet = true;
    if (!moved.to || moved.path.dataset.school.split(" ").indexOf(moved.to) >= 0) { return; }
    var form = page.getElementById("move-form");
    form.elements.place.value = moved.path.dataset.place;
    form.elements.school.value = moved.to;
    form.requestSubmit();
  });

  page.addEventListener("pointercancel", drop);
  page.addEventListener("keydown", function (event) { if (event.key === "Escape") { drop(); } });

  /* The click that ends a drag opens no link. */
  page.addEventListener("click", function (event) {
    if (quiet && shape(event.target)) { event.preventDefault(); event.stopPropagation(); }
    quiet = false;
  }, true);
})();
