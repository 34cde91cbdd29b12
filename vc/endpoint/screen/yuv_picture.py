"""A picture of three planes, drawn by a shader: BT.601 in video range, no copy on the way."""

import av
from kivy.graphics import BindTexture, Color, Rectangle, RenderContext
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from vc.endpoint.screen.theme import Rect

_SHADER = """
$HEADER$
uniform sampler2D plane_u;
uniform sampler2D plane_v;
uniform float light;
void main(void) {
    float y = 1.164384 * (texture2D(texture0, tex_coord0).r - 0.062745);
    float u = texture2D(plane_u, tex_coord0).r - 0.501961;
    float v = texture2D(plane_v, tex_coord0).r - 0.501961;
    vec3 rgb = vec3(y + 1.596027 * v, y - 0.391762 * u - 0.812968 * v, y + 2.017232 * u);
    gl_FragColor = vec4(clamp(rgb, 0.0, 1.0) * light, 1.0);
}
"""


class YuvPicture(Widget):  # type: ignore[misc]  # kivy has no types
    """Shows yuv420p frames, whole, in the middle of its place. Nothing before the first one."""

    def __init__(self, place: Rect) -> None:
        super().__init__(size_hint=(None, None))
        self.canvas = RenderContext(
            fs=_SHADER, use_parent_projection=True, use_parent_modelview=True
        )
        self.canvas["plane_u"], self.canvas["plane_v"] = 1, 2
        self.canvas["light"] = 1.0
        self._place = place
        self._size = (0, 0)
        self._planes: tuple[Texture, Texture, Texture] | None = None
        self._rectangle: Rectangle | None = None
        self.drawn = 0

    def show(self, frame: av.VideoFrame) -> None:
        """Draw this frame from now on."""
        if (frame.width, frame.height) != self._size or self._planes is None:
            self._begin(frame)
        assert self._planes is not None  # noqa: S101 - begun
        for texture, plane in zip(self._planes, frame.planes, strict=True):
            # rows may be longer than the picture: the textures are as wide as the rows
            size = (plane.line_size, plane.height)
            texture.blit_buffer(
                memoryview(plane)[: plane.line_size * plane.height],
                size=size,
                colorfmt="luminance",
                bufferfmt="ubyte",
            )
        self.drawn += 1
        self.canvas.ask_update()

    def lit(self, light: float) -> None:
        """Draw as bright as this share: an old picture is dim."""
        self.canvas["light"] = light

    def move(self, place: Rect) -> None:
        """Stand elsewhere."""
        self._place = place
        self._lay()

    def clear(self) -> None:
        """Show nothing."""
        self._planes, self._rectangle, self._size = None, None, (0, 0)
        self.canvas.clear()

    def _begin(self, frame: av.VideoFrame) -> None:
        self.clear()
        self._size = (frame.width, frame.height)
        y, u, v = (_plane_texture(plane.line_size, plane.height) for plane in frame.planes)
        self._planes = (y, u, v)
        share = frame.width / frame.planes[0].line_size
        with self.canvas:
            Color(1, 1, 1, 1)
            BindTexture(texture=u, index=1)
            BindTexture(texture=v, index=2)
            self._rectangle = Rectangle(
                texture=y, tex_coords=(0, 1, share, 1, share, 0, 0, 0)
            )  # the first row is the top
        self._lay()

    def _lay(self) -> None:
        if self._rectangle is not None:
            fitted = self._place.fitted(*self._size)
            self._rectangle.pos, self._rectangle.size = (fitted.x, fitted.y), (fitted.w, fitted.h)


def _plane_texture(width: int, height: int) -> Texture:
    texture = Texture.create(size=(width, height), colorfmt="luminance", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "linear"
    texture.wrap = "clamp_to_edge"
    return texture
