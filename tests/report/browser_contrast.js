// Gives each text that does not stand out from what is behind it by 4.5 to 1, as WCAG 2.2 AA asks.
(() => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
        paint.clearRect(0, 0, 1, 1);
        paint.fillStyle = color;
        paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const bright = ([r, g, b]) => {
        const part = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    };
    const behind = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const color = rgba(getComputedStyle(each).backgroundColor);
            if (color[3] === 255) return color;
        }
        return rgba("white");
    };
    const told = [];
    for (const element of document.querySelectorAll("body *:not(script, style, svg *)")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!own || !element.checkVisibility() || element.closest(".unseen, .faded, .skip, option")) continue;
        const [one, two] = [bright(rgba(getComputedStyle(element).color)), bright(behind(element))];
        const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        if (ratio < 4.5) told.push(`${element.className || element.tagName} ${element.textContent.slice(0, 30)}: ${ratio}`);
    }
    return [...new Set(told)];
})()
