// The fields of a form: which of them are there with a marker, and what is typed into them.

export function fields(form) {
  const slots = [...form.querySelectorAll("[data-slot]")];
  const value = (slot) => {
    const name = `field-${slot.dataset.slot}`;
    if (slot.dataset.kind !== "condition") return (form.elements[name]?.value ?? "").trim();
    return `${form.elements[name].value} ${form.elements[`${name}.rest`].value.trim()}`.trim();
  };
  const filled = () => slots.filter((slot) => !slot.hidden && value(slot) !== "");
  return {
    follow(marker) {
      for (const slot of slots) slot.hidden = !slot.dataset.markers.split(" ").includes(marker);
    },
    /** Shows at each field of a correction what it was, if it says something else now. */
    compare() {
      for (const was of form.querySelectorAll(".was")) was.hidden = value(was.closest("[data-slot]")) === was.dataset.was;
    },
    typed: () => Object.fromEntries(filled().map((slot) => [slot.dataset.slot, value(slot)])),
    filled: () => filled().length,
    readBack: () => filled().filter((slot) => "critical" in slot.dataset).length,
  };
}
