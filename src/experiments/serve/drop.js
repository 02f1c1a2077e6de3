// Lets a photo be dropped anywhere on the frame of its field, not only on the field itself.
for (const zone of document.querySelectorAll(".drop")) {
  const field = zone.querySelector("input");
  for (const type of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", type === "dragover");
      if (type === "drop" && event.dataTransfer.files.length === 1) field.files = event.dataTransfer.files;
    });
  }
}
