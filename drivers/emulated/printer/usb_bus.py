"""A USB bus with one printer on it, at pyusb's own boundary (usb.backend.IBackend): descriptors as USB Printer Class
1.1 has them, bulk transfers into the emulated printer's line. Who uses pyusb sees a bus; no USB hardware is asked."""

from __future__ import annotations

import array
import errno
import os
import select
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import usb.core
from usb.backend import IBackend

OUT, IN = 0x02, 0x81
"""Endpoints; not those that python-escpos takes for granted."""
PACKET: Final = 64
PRINTER_CLASS: Final = 7
DEVICE: Final = {
    "bLength": 18, "bDescriptorType": 1, "bcdUSB": 0x0200, "bDeviceClass": 0, "bDeviceSubClass": 0,
    "bDeviceProtocol": 0, "bMaxPacketSize0": 64, "bcdDevice": 0x0100, "iManufacturer": 0, "iProduct": 0,
    "iSerialNumber": 0, "bNumConfigurations": 1, "address": 5, "bus": 1, "port_number": 1, "port_numbers": (1,),
    "speed": 3,
}  # fmt: skip
CONFIGURATION: Final = {
    "bLength": 9, "bDescriptorType": 2, "wTotalLength": 32, "bNumInterfaces": 1, "bConfigurationValue": 1,
    "iConfiguration": 0, "bmAttributes": 0xC0, "bMaxPower": 1, "extra_descriptors": array.array("B"),
}  # fmt: skip
INTERFACE: Final = {
    "bLength": 9, "bDescriptorType": 4, "bInterfaceNumber": 0, "bAlternateSetting": 0, "bNumEndpoints": 2,
    "bInterfaceClass": PRINTER_CLASS, "bInterfaceSubClass": 1, "bInterfaceProtocol": 2, "iInterface": 0,
    "extra_descriptors": array.array("B"),
}  # fmt: skip


class UsbBus(IBackend):  # type: ignore[misc]  # pyusb is untyped
    """*link*: the emulated printer's line. ``plugged``: whether it is on the bus."""

    def __init__(self, link: Path, vendor: int, product: int) -> None:
        self._link = link
        self._ids = {"idVendor": vendor, "idProduct": product}
        self.plugged = True
        self.opened = 0
        self.closed = 0

    def enumerate_devices(self) -> Iterator[str]:
        return iter(("printer",) if self.plugged else ())

    def get_device_descriptor(self, dev: object) -> SimpleNamespace:
        return SimpleNamespace(**DEVICE, **self._ids)

    def get_configuration_descriptor(self, dev: object, config: int) -> SimpleNamespace:
        if config:
            raise IndexError("one configuration")
        return SimpleNamespace(**CONFIGURATION)

    def get_interface_descriptor(self, dev: object, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf or alt:
            raise IndexError("one interface")
        return SimpleNamespace(**INTERFACE)

    def get_endpoint_descriptor(self, dev: object, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(OUT, IN)[ep], bmAttributes=2, wMaxPacketSize=PACKET,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=array.array("B"),
        )  # fmt: skip

    def open_device(self, dev: object) -> int:
        self._present()
        self.opened += 1
        return os.open(self._link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def close_device(self, dev_handle: int) -> None:
        self.closed += 1
        os.close(dev_handle)

    def set_configuration(self, dev_handle: int, config_value: int) -> None:
        self._present()

    def get_configuration(self, dev_handle: int) -> int:
        return 1

    def claim_interface(self, dev_handle: int, intf: int) -> None:
        self._present()

    def release_interface(self, dev_handle: int, intf: int) -> None:
        return

    def reset_device(self, dev_handle: int) -> None:
        self._present()

    def bulk_write(self, dev_handle: int, ep: int, intf: int, data: Any, timeout: int) -> int:
        """As libusb: what went out before the time was over is a number, nothing at all is a timeout."""
        until, sent, left = time.monotonic() + timeout / 1000, 0, bytes(data)
        while sent < len(left):
            self._present()
            if not select.select((), (dev_handle,), (), max(until - time.monotonic(), 0))[1]:
                break
            try:
                sent += os.write(dev_handle, left[sent : sent + PACKET])
            except BlockingIOError:
                time.sleep(0.005)
            except OSError as error:
                raise _gone() from error
            if time.monotonic() > until:
                break
        if not sent:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        return sent

    def bulk_read(self, dev_handle: int, ep: int, intf: int, buff: Any, timeout: int) -> int:
        until = time.monotonic() + timeout / 1000
        while (left := until - time.monotonic()) > 0:
            self._present()
            if not select.select((dev_handle,), (), (), min(left, 0.05))[0]:
                continue
            try:
                data = os.read(dev_handle, min(len(buff), PACKET))
            except BlockingIOError:
                continue
            except OSError as error:
                raise _gone() from error
            if not data:
                raise _gone()
            buff[: len(data)] = array.array("B", data)
            return len(data)
        raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)

    def _present(self) -> None:
        if not self.plugged:
            raise _gone()


def _gone() -> Exception:
    error: Exception = usb.core.USBError("no such device", errno=errno.ENODEV)
    return error
