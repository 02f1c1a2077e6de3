// A photo may be dropped anywhere on the frame of its field; without this the field itself takes it.
for (const frame of document.querySelectorAll(".drop")) {
  const field = frame.querySelector("input");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    frame.addEventListener(kind, (event) => {
      event.preventDefault();
      frame.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length === 1) field.files = event.dataTransfer.files;
    });
  }
}
